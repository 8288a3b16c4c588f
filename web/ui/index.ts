/**
 * The host's interface library, major 1. Shell and plugin pages import it by URL, so one copy runs per page and the locale, the toasts and the
 * element definitions are shared. Everything here works without a framework.
 */
import messagesEn from './locales/en.json';
import messagesZh from './locales/zh-CN.json';
import { i18n } from './i18n';

i18n.register('ui', { en: messagesEn, 'zh-CN': messagesZh });

export { i18n, LOCALES, type I18n, type Locale, type Messages, type Params } from './i18n';
export { visibleParts, plainText, type TextPart } from './text';
export { createIcon, IconElement } from './icon';
export { NameElement } from './name';
export { TimeElement } from './time';
export { CopyElement, copyText } from './copy';
export { FieldElement } from './field';
export { ComboboxElement } from './combobox';
export { Suggestions, type Option } from './suggestions';
export { rank, score, type Matchable } from './match';
export { ChipsElement, type Chip } from './chips';
export { TabsElement, type Tab } from './tabs';
export { StateElement } from './state';
export { TableElement, type Column, type Select, type Sort } from './table';
export { toast, type ToastKind, type ToastOptions } from './toast';
export { confirm, openDialog, runModal, type ConfirmOptions, type DialogOptions } from './dialog';
export { attachMenu } from './menu';
export { define, cx } from './element';
