/** The texts of these pages; importing this waits until they are there in the language that is shown. */
import './access.css';
import { registerTexts, scoped } from '../lib/messages';
import en from './locales/en.json';

await registerTexts('access', en, () => import('./locales/zh-CN.json'));

export const t = scoped('access');
export { format } from '../lib/messages';
