// `--change` of `wbx import`: Dockerfile instructions that edit a config without a build.
import { parseCommand } from '../dockerfile/command.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { WbxError } from '../errors.ts';
import type { ContainerConfig } from '../image/oci.ts';
import type { Store } from '../image/store/store.ts';
import { StageState } from './stage-state.ts';
import { type Expander, runConfigStep } from './steps/config.ts';

/** Docker's list. */
const ALLOWED = ['CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'LABEL', 'ONBUILD', 'USER', 'VOLUME', 'WORKDIR'];
const ESCAPE = '\\';
/** Where errors say the instruction stands. */
const PLACE = '--change';

/** The config with the instructions carried out, in their order. Variables are not expanded, as in Docker. */
export function changedConfig(store: Store, config: ContainerConfig, changes: string[]): ContainerConfig {
  const state = new StageState(store, { config, layers: [] });
  const expand: Expander = { word: (text) => text, words: (text) => [text] };
  for (const instruction of changes.flatMap((text) => parseDockerfile(text, PLACE).instructions)) {
    const command = parseCommand(instruction, PLACE, ESCAPE);
    if (!ALLOWED.includes(command.keyword)) {
      throw new WbxError('BAD_ARGUMENT', `${PLACE} ${command.keyword}: only ${ALLOWED.join(', ')} change a config`);
    }
    if (command.keyword === 'WORKDIR') state.config.WorkingDir = command.value;
    else runConfigStep(state, command, expand, { file: PLACE, line: instruction.line });
  }
  return state.config;
}
