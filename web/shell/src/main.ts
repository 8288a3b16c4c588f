import '@masthead/ui';
import { mount } from 'svelte';
import './shell.css';
import './gate.css';
import './pages.css';
import './bell.css';
import App from './App.svelte';
import './lib/messages';

mount(App, { target: document.getElementById('app')! });
