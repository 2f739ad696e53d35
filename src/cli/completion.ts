// wbx completion: scripts that let bash, zsh and fish complete commands, options, names of boxes and of images. Options come
// from each command's --help, so there is no list of them to fall behind.
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { COMMANDS } from './commands.ts';

const OF_BOXES =
  'attach commit cp diff exec fork inspect kill logs pause port rename restart rm snapshot start stats stop top unpause update wait';
const OF_IMAGES = 'convert create export history push rmi run save tag';
const NAMES = `wbx ps -a --format '{{.Names}}' 2>/dev/null`;
const IMAGES = `wbx images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null`;
/** Commands that have commands of their own. */
const GROUPS = 'builder compose image network volume';
const WITHIN = `--help 2>/dev/null | sed -n '/^Commands:/,$s/^  \\([a-z]\\+\\).*/\\1/p' | grep -v '^help$'`;
const FLAGS = `2>/dev/null | grep -oE -- '--[a-z][a-z-]+' | sort -u`;

const SCRIPTS: Record<string, () => string> = {
  bash: () => `# source <(wbx completion bash)
_wbx() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if ((COMP_CWORD == 1)); then words='${Object.keys(COMMANDS).join(' ')}'
  elif [[ $word == -* ]]; then words=$(wbx "\${COMP_WORDS[1]}" --help ${FLAGS})
  else case \${COMP_WORDS[1]} in
    ${OF_BOXES.replaceAll(' ', '|')}) words=$(${NAMES}) ;;
    ${OF_IMAGES.replaceAll(' ', '|')}) words=$(${IMAGES}) ;;
    ${GROUPS.replaceAll(' ', '|')}) ((COMP_CWORD == 2)) && words=$(wbx "\${COMP_WORDS[1]}" ${WITHIN}) ;;
  esac; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; ((COMP_CWORD > 1)) && compgen -f -- "$word")
}
complete -F _wbx wbx
`,
  zsh: () => `#compdef wbx
# source <(wbx completion zsh), behind compinit
_wbx() {
  local -a names
  if ((CURRENT == 2)); then
    names=(${described((name, summary) => `'${name}:${summary}'`, ' ')})
    _describe command names
    return
  fi
  if [[ $PREFIX == -* ]]; then names=(\${(f)"$(wbx $words[2] --help ${FLAGS})"})
  else case $words[2] in
    ${OF_BOXES.replaceAll(' ', '|')}) names=(\${(f)"$(${NAMES})"}) ;;
    ${OF_IMAGES.replaceAll(' ', '|')}) names=(\${(f)"$(${IMAGES})"}) ;;
    ${GROUPS.replaceAll(' ', '|')}) names=(\${(f)"$(wbx $words[2] ${WITHIN})"}) ;;
  esac; fi
  compadd -a names
  _files
}
compdef _wbx wbx
`,
  fish: () => `# wbx completion fish | source
${described((name, summary) => `complete -c wbx -n __fish_use_subcommand -f -a ${name} -d '${summary}'`, '\n')}
complete -c wbx -n '__fish_seen_subcommand_from ${OF_BOXES}' -a "(${NAMES})"
complete -c wbx -n '__fish_seen_subcommand_from ${OF_IMAGES}' -a "(${IMAGES})"
complete -c wbx -n '__fish_seen_subcommand_from ${GROUPS}' -a "(wbx (commandline -opc)[2] ${WITHIN})"
complete -c wbx -n 'string match -q -- "-*" (commandline -ct)' -a "(wbx (commandline -opc)[2] --help ${FLAGS})"
`,
};

export function main(args: string[]): Promise<number> {
  const command = newCommand('completion', 'Print what makes a shell complete the words of wbx.', [
    'source <(wbx completion bash)',
    'source <(wbx completion zsh)',
    'wbx completion fish | source',
  ])
    .argument('<shell>', Object.keys(SCRIPTS).join(', '))
    .action((shell: string) => {
      if (!Object.hasOwn(SCRIPTS, shell)) {
        throw new WbxError(
          'BAD_ARGUMENT',
          `no completions for "${shell}": there are ${Object.keys(SCRIPTS).join(', ')}`,
        );
      }
      process.stdout.write(SCRIPTS[shell]());
    });
  return runCommand(command, args);
}

function described(line: (name: string, summary: string) => string, between: string): string {
  return Object.entries(COMMANDS)
    .map(([name, [summary]]) => line(name, summary))
    .join(between);
}
