/** The current models that stand in for retired ones. Source: https://developers.openai.com/api/docs/deprecations */
export const large = 'gpt-5.4';
export const small = 'gpt-5.4-mini';
/** Of the pro models that end in December 2026. */
export const pro = 'gpt-6.1-sol';
