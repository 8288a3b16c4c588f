/** The pages of the plugin `nodes`. */
import { definePage, linkStyle } from '@masthead/web/ui/svelte/page.svelte';
import './nodes.css';
import './lib/messages';
import ApiKeysPage from './pages/ApiKeysPage.svelte';
import KeysPage from './pages/KeysPage.svelte';
import NodesPage from './pages/NodesPage.svelte';
import RoutesPage from './pages/RoutesPage.svelte';
import UsersPage from './pages/UsersPage.svelte';

linkStyle(import.meta.url, 'nodes.css');
definePage('nodes-nodes-page', NodesPage);
definePage('nodes-routes-page', RoutesPage);
definePage('nodes-users-page', UsersPage);
definePage('nodes-keys-page', KeysPage);
definePage('nodes-apikeys-page', ApiKeysPage);
