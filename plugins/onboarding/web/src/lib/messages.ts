import { i18n } from '@masthead/ui';
import { translator } from '@masthead/web/ui/svelte/i18n.svelte';
import en from '../locales/en.json';
import zh from '../locales/zh-CN.json';

i18n.register('onboarding', { en, 'zh-CN': zh });

export const t = translator('onboarding');
export { format } from '@masthead/web/ui/svelte/i18n.svelte';
