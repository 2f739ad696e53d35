// The commands of wbx, each a file that is loaded when it is needed.

/** A command's module: gets the words behind its name, answers the exit status. */
interface Command {
  main(args: string[]): Promise<number>;
}

/** In the order of the help; `status` is that of a failure, 125 where Docker has that. */
export const COMMANDS: Record<string, [summary: string, load: () => Promise<Command>, status?: number]> = {
  build: ['build an image and a box from a Dockerfile', () => import('./build.ts')],
  builder: ['remove the cache of builds', () => import('./builder.ts'), 1],
  run: ['run a box, an image, or a command in a directory', () => import('./run.ts')],
  restore: ['go on with a snapshot: the same as run', () => import('./run.ts')],
  create: ['make a box without starting it', () => import('./create.ts')],
  start: ['start boxes that have ended', () => import('./start.ts'), 1],
  stop: ['end boxes', () => import('./stop.ts'), 1],
  restart: ['end boxes and start them again', () => import('./restart.ts'), 1],
  kill: ['send a signal to boxes', () => import('./kill.ts'), 1],
  pause: ['let boxes stand still', () => import('./pause.ts'), 1],
  unpause: ['let paused boxes go on', () => import('./unpause.ts'), 1],
  wait: ['wait until boxes end', () => import('./wait.ts'), 1],
  rm: ['remove boxes', () => import('./rm.ts'), 1],
  ps: ['list boxes', () => import('./ps.ts'), 1],
  exec: ['run one more program in a box', () => import('./exec.ts'), 1],
  attach: ['connect this terminal to a box', () => import('./attach.ts'), 1],
  logs: ['show what a box has printed', () => import('./logs.ts'), 1],
  stats: ['show what boxes use', () => import('./stats.ts'), 1],
  port: ['show the published ports of a box', () => import('./port.ts'), 1],
  events: ['show what happens to boxes', () => import('./events.ts'), 1],
  rename: ['give a box another name', () => import('./rename.ts'), 1],
  update: ['change the restart policy and limits of boxes', () => import('./update.ts'), 1],
  top: ['list the processes of a box', () => import('./top.ts'), 1],
  completion: ['print what makes a shell complete our words', () => import('./completion.ts'), 1],
  snapshot: ['save a running box', () => import('./snapshot.ts')],
  fork: ['run a twin of a running box', () => import('./fork.ts')],
  talk: ['send lines to a box as messages', () => import('./talk.ts')],
  web: ['write a static page that runs a box', () => import('./web.ts')],
  volume: ['list, make and remove volumes', () => import('./volume.ts')],
  convert: ['make a box of any image', () => import('./convert.ts'), 1],
  pull: ['download an image from a registry', () => import('./pull.ts'), 1],
  push: ['upload an image or a box to a registry', () => import('./push.ts'), 1],
  images: ['list images', () => import('./images.ts'), 1],
  tag: ['give an image one more name', () => import('./tag.ts'), 1],
  rmi: ['remove images', () => import('./rmi.ts'), 1],
  inspect: ['show everything about images and boxes', () => import('./inspect.ts'), 1],
  history: ['show how an image was made', () => import('./history.ts'), 1],
  save: ['write images to an archive', () => import('./save.ts'), 1],
  load: ['read images from an archive or a layout', () => import('./load.ts'), 1],
  export: ['write the files of an image or a box', () => import('./export.ts'), 1],
  import: ['make an image of a root file system', () => import('./import.ts'), 1],
  image: ['the commands for images, and prune', () => import('./image.ts'), 1],
  login: ['log in to a registry', () => import('./login.ts'), 1],
  logout: ['log out from a registry', () => import('./logout.ts'), 1],
};
