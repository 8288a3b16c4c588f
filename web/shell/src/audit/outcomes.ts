import { t } from '../lib/messages';

export const OUTCOMES = ['success', 'failure', 'denied', 'intent', 'unknown'];
export const outcomeText = (outcome: string): string => (OUTCOMES.includes(outcome) ? t(`audit.outcome.${outcome}`) : outcome);
export const outcomeBadge = (outcome: string): string => (outcome === 'success' ? 'mh-badge-ok' : /^(intent|unknown)$/.test(outcome) ? 'mh-badge-warn' : 'mh-badge-bad');
