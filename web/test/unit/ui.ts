/** The parts of the interface library that need no browser. */
export * from '../../ui/i18n';
export * from '../../ui/text';
export * from '../../ui/match';
