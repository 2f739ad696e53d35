// Streams: buffering, seeking, pushing back, memory streams, popen, temporary files. stdio(3)
#include "check.h"

CASE(modes) {
  FILE *f = fopen("f", "w+");
  SHOW(fprintf(f, "line one\nline two\n"));
  rewind(f);
  char b[64];
  TEXT(fgets(b, sizeof b, f));
  SHOW(ftell(f));
  SHOW(fgetc(f));
  SHOW(ungetc('X', f));
  TEXT(fgets(b, sizeof b, f));
  SHOW(feof(f));
  YES(fgets(b, sizeof b, f) == NULL);
  SHOW(feof(f) != 0);
  TRY(fclose(f));
  f = fopen("f", "a+");
  fputs("end\n", f);
  fflush(f);
  show_file("f");
  YES(fopen("nothing", "r") == NULL && errno == ENOENT);
  YES(fopen("f", "wx") == NULL && errno == EEXIST);
  YES(fopen("f", "q") == NULL && errno == EINVAL);
}

CASE(buffering) {
  FILE *f = fopen("f", "w");
  fputs("held back", f);
  show_file("f");
  fflush(f);
  show_file("f");
  setvbuf(f, NULL, _IOLBF, 1024);
  fputs("+partial", f);
  show_file("f");
  fputs("\n", f);
  show_file("f");
}

CASE(blocks_and_seeking) {
  FILE *f = fopen("f", "w+");
  int numbers[100], got[100];
  for (int i = 0; i < 100; i++) numbers[i] = i * i;
  SHOW(fwrite(numbers, sizeof(int), 100, f));
  TRY(fseek(f, 40, SEEK_SET));
  SHOW(fread(got, sizeof(int), 3, f));
  say("%d %d %d", got[0], got[1], got[2]);
  TRY(fseek(f, -4, SEEK_END));
  SHOW(fread(got, sizeof(int), 3, f));
  SHOW(got[0]);
  TRY(fseek(f, -1000, SEEK_CUR));
  fpos_t place;
  fgetpos(f, &place);
  fseeko(f, 1 << 20, SEEK_SET);
  fputc('x', f);
  fsetpos(f, &place);
  SHOW(ftell(f));
}

CASE(lines_of_any_length) {
  FILE *f = fopen("f", "w+");
  for (int i = 0; i < 5000; i++) fputc('a' + i % 26, f);
  fputs("\nshort\nno newline", f);
  rewind(f);
  char *line = NULL;
  size_t room = 0;
  ssize_t n;
  while ((n = getline(&line, &room, f)) > 0) say("%zd %c", n, line[0]);
  rewind(f);
  SHOW(getdelim(&line, &room, 'c', f));
}

CASE(memory_streams) {
  char *text;
  size_t size;
  FILE *f = open_memstream(&text, &size);
  fprintf(f, "%d %s", 42, "words");
  fclose(f);
  TEXT(text);
  SHOW(size);
  char fixed[8] = "abcdefg";
  f = fmemopen(fixed, sizeof fixed, "r");
  SHOW(fgetc(f));
  SHOW(fgetc(f));
}

CASE(other_processes) {
  FILE *p = popen("echo from a shell; exit 3", "r");
  char b[64];
  TEXT(fgets(b, sizeof b, p));
  TEXT(status_text(pclose(p)));
  p = popen("cat > out", "w");
  fputs("to a shell", p);
  TEXT(status_text(pclose(p)));
  show_file("out");
  TEXT(status_text(system("exit 5")));
  SHOW(system(NULL) != 0);
  TEXT(status_text(system("kill -9 $$")));
}

CASE(temporary_files) {
  char name[] = "tmp-XXXXXX", bad[] = "no-template", directory[] = "dir-XXXXXX";
  int fd = TRY(mkstemp(name));
  struct stat st;
  fstat(fd, &st);
  say("%o", st.st_mode);
  TRY(access(name, F_OK));
  TRY(mkstemp(bad));
  YES(mkdtemp(directory) != NULL);
  FILE *f = tmpfile();
  fputs("unnamed", f);
  rewind(f);
  char b[16] = "";
  SHOW(fread(b, 1, 16, f));
  TEXT(b);
}

CASE(errors_stick) {
  FILE *f = fopen("/dev/full", "w");
  fputs("does not fit", f);
  SHOW(fflush(f));
  TEXT(errno_name(errno));
  SHOW(ferror(f) != 0);
  clearerr(f);
  SHOW(ferror(f) != 0);
  int p[2];
  pipe(p);
  close(p[0]);
  signal(SIGPIPE, SIG_IGN);
  f = fdopen(p[1], "w");
  fputs("x", f);
  SHOW(fclose(f));
  TEXT(errno_name(errno));
}
