/** The admins' pages of the plugin `onboarding`. */
import { definePage, linkStyle } from '@masthead/web/ui/svelte/page.svelte';
import './styles/rows.css';
import './styles/panels.css';
import './styles/cards.css';
import './styles/small.css';
import './lib/messages';
import RegistrationsPage from './pages/RegistrationsPage.svelte';
import RequestsPage from './pages/RequestsPage.svelte';
import SettingsPage from './pages/SettingsPage.svelte';

linkStyle(import.meta.url, 'onboarding.css');
definePage('onboarding-requests-page', RequestsPage);
definePage('onboarding-registrations-page', RegistrationsPage);
definePage('onboarding-settings-page', SettingsPage);
