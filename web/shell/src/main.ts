import '@masthead/ui';
import { mount } from 'svelte';
import './shell.css';
import './gate.css';
import './bell.css';
import './palette/palette.css';
import './overview.css';
import App from './App.svelte';
import { shellTexts } from './lib/messages';

void shellTexts.finally(() => mount(App, { target: document.getElementById('app')! }));
