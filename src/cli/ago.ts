// Times as Docker tells them: "3 weeks ago". go-units, duration.go, has the same steps.

const HOUR = 3600;
const DAY = 24 * HOUR;
const STEPS: [below: number, text: (seconds: number) => string][] = [
  [1, () => 'Less than a second'],
  [2, () => '1 second'],
  [60, (seconds) => `${Math.floor(seconds)} seconds`],
  [120, () => 'About a minute'],
  [HOUR, (seconds) => `${Math.floor(seconds / 60)} minutes`],
  [1.5 * HOUR, () => 'About an hour'],
  [2 * DAY, (seconds) => `${Math.round(seconds / HOUR)} hours`],
  [14 * DAY, (seconds) => `${Math.floor(seconds / DAY)} days`],
  [60 * DAY, (seconds) => `${Math.floor(seconds / DAY / 7)} weeks`],
  [730 * DAY, (seconds) => `${Math.floor(seconds / DAY / 30)} months`],
  [Number.POSITIVE_INFINITY, (seconds) => `${Math.floor(seconds / DAY / 365)} years`],
];

/** `date` as OCI documents write it; "N/A" when there is none. */
export function ago(date: string | undefined, now = Date.now()): string {
  const seconds = (now - Date.parse(date ?? '')) / 1000;
  if (Number.isNaN(seconds)) return 'N/A';
  const step = STEPS.find(([below]) => seconds < below) as (typeof STEPS)[number];
  return `${step[1](seconds)} ago`;
}
