// Debian's browsers, headless, pointed at one page. No driver is needed: the page reports by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a browser is started: with a fresh profile in `profile`. */
interface Browser {
  program: string;
  args(profile: string, url: string): string[];
  prepare?(profile: string): void;
}

const CHROMIUM_SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0', // without it, headless Chromium leaves once the page has loaded
];

/** A browser under test speaks to the test's server only. */
const FIREFOX_PREFERENCES: Record<string, boolean | number | string> = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutConfig.showWarning': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.topsites.contile.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9/',
  'toolkit.telemetry.enabled': false,
};

export const BROWSERS: Record<'chromium' | 'firefox', Browser> = {
  chromium: {
    program: 'chromium',
    args: (profile, url) => [...CHROMIUM_SWITCHES, `--user-data-dir=${profile}`, url],
  },
  firefox: {
    program: 'firefox-esr',
    args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
    prepare: (profile) => {
      const lines = Object.entries(FIREFOX_PREFERENCES).map(([name, value]) => {
        return `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`;
      });
      writeFileSync(join(profile, 'user.js'), lines.join(''));
    },
  },
};

/** Opens `url`; the returned function ends the browser and removes its profile. */
export function openPage(browser: Browser, url: string): () => Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'wbx-browser-'));
  browser.prepare?.(profile);
  const env = { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' };
  // Its own process group, so that its helper processes end with it.
  const child = spawn(browser.program, browser.args(profile, url), { stdio: 'ignore', detached: true, env });
  return () => close(child, profile);
}

async function close(child: ChildProcess, profile: string): Promise<void> {
  const exited = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined;
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await exited;
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
