import '@masthead/ui';
import { mount } from 'svelte';
import './shell.css';
import App from './App.svelte';
import './lib/messages';

mount(App, { target: document.getElementById('app')! });
