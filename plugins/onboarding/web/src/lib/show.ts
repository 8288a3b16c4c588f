/** How states and platforms are shown. */
import { t } from './messages';

const BADGE: Record<string, string> = { pending: 'mh-badge-warn', approving: 'mh-badge-accent', 'key-pending': 'mh-badge-warn', approved: 'mh-badge-accent', claimed: 'mh-badge-accent', joined: 'mh-badge-ok', rejected: 'mh-badge-bad', waiting: 'mh-badge-warn', failed: 'mh-badge-bad' };
const STATES = ['pending', 'approving', 'key-pending', 'approved', 'claimed', 'joined', 'rejected', 'withdrawn', 'expired', 'waiting', 'failed'];
const ICONS: Record<string, string> = { windows: 'laptop', macos: 'laptop', linux: 'terminal', ios: 'smartphone', android: 'smartphone', chromeos: 'laptop', freebsd: 'server' };
const NAMES: Record<string, string> = { windows: 'Windows', macos: 'macOS', linux: 'Linux', ios: 'iOS', android: 'Android', chromeos: 'ChromeOS', freebsd: 'FreeBSD' };

export const badgeClass = (state: string): string => BADGE[state] ?? '';
export const stateText = (state: string): string => (STATES.includes(state) ? t(`state.${state}`) : state);
export const platformIcon = (platform: string): string => ICONS[platform.toLowerCase()] ?? 'monitor-smartphone';
export const platformText = (platform: string): string => NAMES[platform.toLowerCase()] ?? (platform || t('platform.unknown'));
