import { useLayout } from './layoutStore.ts';

/** Follows the chosen theme, and the system's where none is chosen. */
export function startTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme, motion } = useLayout.getState();
    const { dataset } = document.documentElement;
    dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    dataset['motion'] = motion;
  };
  apply();
  dark.addEventListener('change', apply);
  useLayout.subscribe(apply);
}
