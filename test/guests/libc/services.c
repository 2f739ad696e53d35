// Users, groups, environment, getopt, glob, fnmatch, regex, nftw, wordexp-free services of the C library.
#include <fnmatch.h>
#include <ftw.h>
#include <getopt.h>
#include <glob.h>
#include <regex.h>
#include <spawn.h>
#include "check.h"

CASE(environment) {
  TEXT(getenv("HOME"));
  TRY(setenv("NEW", "value", 1));
  TRY(setenv("NEW", "other", 0));
  TEXT(getenv("NEW"));
  TRY(setenv("A=B", "x", 1));
  TRY(unsetenv("NEW"));
  TEXT(getenv("NEW"));
  TRY(putenv("DIRECT=yes"));
  TEXT(getenv("DIRECT"));
  clearenv();
  TEXT(getenv("HOME"));
}

CASE(options) {
  char *argv[] = {"prog", "-a", "-b", "value", "word", "-cvalue", "--long=5", "--flag", "--", "-x", NULL};
  struct option longs[] = {{"long", required_argument, NULL, 'l'}, {"flag", no_argument, NULL, 'f'}, {}};
  int c;
  optind = 1;
  while ((c = getopt_long(10, argv, "ab:c:", longs, NULL)) != -1) say("%c %s", c, optarg ? optarg : "-");
  for (int i = optind; i < 10; i++) TEXT(argv[i]);
}

CASE(globbing) {
  make_file("b.c", "");
  make_file("a.c", "");
  make_file(".hidden.c", "");
  make_file("x.h", "");
  glob_t g;
  SHOW(glob("*.c", 0, NULL, &g));
  for (size_t i = 0; i < g.gl_pathc; i++) TEXT(g.gl_pathv[i]);
  SHOW(glob("[!a].?", 0, NULL, &g));
  SHOW(g.gl_pathc);
  SHOW(glob("none*", 0, NULL, &g));
  SHOW(fnmatch("a/*", "a/b/c", 0));
  SHOW(fnmatch("a/*", "a/b/c", FNM_PATHNAME));
}

CASE(regular_expressions) {
  regex_t r;
  regmatch_t m[4];
  SHOW(regcomp(&r, "^([a-z]+)=([0-9]*)(;|$)", REG_EXTENDED));
  SHOW(regexec(&r, "key=123;", 4, m, 0));
  say("%d-%d %d-%d", m[1].rm_so, m[1].rm_eo, m[2].rm_so, m[2].rm_eo);
  SHOW(regexec(&r, "KEY=1", 4, m, 0));
  SHOW(regcomp(&r, "(unclosed", REG_EXTENDED));
}

static int visited, directories;

static int visits(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  visited++;
  directories += type == FTW_DP;
  return 0;
}

CASE(tree_walk) {
  mkdir("t", 0755);
  mkdir("t/u", 0755);
  make_file("t/f", "");
  make_file("t/u/g", "");
  symlink("f", "t/l");
  TRY(nftw("t", visits, 4, FTW_PHYS | FTW_DEPTH));
  say("%d %d", visited, directories);
}

CASE(spawning) {
  pid_t pid;
  char *argv[] = {"sh", "-c", "echo spawned; echo $VAR", NULL}, *env[] = {"VAR=value", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT, 0644);
  posix_spawnattr_init(&attr);
  posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ERR(posix_spawn(&pid, "/bin/sh", &actions, &attr, argv, env));
  reap(pid);
  show_file("out");
  ERR(posix_spawn(&pid, "/nothing", NULL, NULL, argv, env));
  ERR(posix_spawnp(&pid, "sh", NULL, NULL, (char *[]){"sh", "-c", "exit 4", NULL}, env));
  reap(pid);
}

CASE(realpath_and_friends) {
  char b[PATH_MAX], here[PATH_MAX];
  getcwd(here, sizeof here);
  mkdir("d", 0755);
  symlink("d/../d", "l");
  TEXT(realpath("l/./", b) + strlen(here));
  YES(realpath("nothing", b) == NULL && errno == ENOENT);
  TEXT(basename("/a/b/"));
  YES(getlogin_r(b, 1) != 0);
}
