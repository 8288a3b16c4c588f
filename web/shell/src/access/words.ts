/** Small things said in the same words on several pages. */
import { describeAgent, type Agent } from '../lib/agent';
import { i18n } from '@masthead/ui';
import { t } from './messages';

export function agentText(agent: Agent): string {
  if (agent.browser && agent.system) return t('agent.both', { browser: agent.browser, system: agent.system });
  return agent.browser || agent.system || t('agent.unknown');
}

export const deviceText = (userAgent: string) => agentText(describeAgent(userAgent));

/** How somebody signed in: `password+totp` and such. */
export function methodText(method: string): string {
  if (method.startsWith('sso')) return t('method.sso', { provider: method.split(':')[1] ?? '' });
  return method.split('+').map((part) => (i18n.has('access', `method.${part}`) ? t(`method.${part}`) : part)).join(' + ');
}
