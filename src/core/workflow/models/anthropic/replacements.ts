/** The current models that stand in for retired ones. Source: https://platform.claude.com/docs/en/about-claude/model-deprecations */
export const opus = 'claude-opus-5-5';
export const sonnet = 'claude-sonnet-5-5';
export const haiku = 'claude-haiku-5-5';
