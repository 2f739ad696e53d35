// Runs scripts in boxes of a page: `run(script, network)` starts /box.wasm anew.
import { type NetworkPolicy, start } from '../../../src/index.browser.ts';

async function run(script: string, network: NetworkPolicy): Promise<{ status: number; stdout: string }> {
  let stdout = '';
  const decoder = new TextDecoder();
  const show = (bytes: Uint8Array) => {
    stdout += decoder.decode(bytes, { stream: true });
  };
  const command = ['bash', '-c', script];
  const policy = { network };
  const box = await start(new URL('/box.wasm', location.href), { command, policy, stdout: show, stderr: show });
  const { status } = await box.exit;
  return { status, stdout };
}

Object.assign(globalThis, { run });
