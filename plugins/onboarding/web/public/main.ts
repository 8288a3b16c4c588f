// What the pages for strangers do where JavaScript works. Every page works without; texts come with the page.
import { connect } from './connect';
import { copyButtons, keepFragment, localTimes } from './page';
import { request } from './request';
import { status } from './status';
import { watch } from './watch';
import './pages.css';

/** Runs again for every main that was exchanged. */
function enhance(): void {
  localTimes();
  copyButtons();
  const page = document.body.dataset.page;
  if (page === 'connect') connect(enhance);
  if (page === 'request') request();
  if (page === 'status') status();
}

keepFragment();
enhance();
watch(enhance);
