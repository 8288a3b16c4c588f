/** The pages of the plugin `nodes`. */
import { definePage } from '@masthead/web/ui/svelte/page.svelte';
import './nodes.css';
import './lib/messages';
import ApiKeysPage from './pages/ApiKeysPage.svelte';
import KeysPage from './pages/KeysPage.svelte';
import NodesPage from './pages/NodesPage.svelte';
import UsersPage from './pages/UsersPage.svelte';

definePage('nodes-nodes-page', NodesPage);
definePage('nodes-users-page', UsersPage);
definePage('nodes-keys-page', KeysPage);
definePage('nodes-apikeys-page', ApiKeysPage);
