// getaddrinfo without a network, users and groups by name, iconv and locales: what a dynamic C library loads by itself.
#include <arpa/inet.h>
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <wchar.h>
#include "check.h"

CASE(numeric_addresses) {
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list;
  char host[64], port[16];
  SHOW(getaddrinfo("127.0.0.1", "80", &hints, &list));
  SHOW(getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV));
  say("%s %s", host, port);
  SHOW(getaddrinfo("::1", "443", &hints, &list));
  SHOW(list->ai_family == AF_INET6);
  SHOW(getaddrinfo("not-a-number", NULL, &hints, &list));
  SHOW(getaddrinfo(NULL, NULL, &hints, &list));
}

CASE(localhost) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
  int error = getaddrinfo("localhost", NULL, &hints, &list);
  SHOW(error);
  if (error == 0) TEXT(inet_ntoa(((struct sockaddr_in *)list->ai_addr)->sin_addr));
}

CASE(users) {
  struct passwd *p = getpwnam("root");
  say("%s %d %s", p->pw_name, p->pw_uid, p->pw_dir);
  p = getpwuid(65534);
  say("%s", p ? p->pw_name : "none");
  YES(getpwnam("no-such-user") == NULL);
  struct group *g = getgrgid(0);
  TEXT(g->gr_name);
}

CASE(conversion) {
  iconv_t c = iconv_open("UTF-8", "ISO-8859-1");
  if (c == (iconv_t)-1) {
    TEXT(errno_name(errno));
    return;
  }
  char in[] = "caf\xe9", out[16] = "", *from = in, *to = out;
  size_t left = 4, room = 16;
  SHOW(iconv(c, &from, &left, &to, &room));
  SHOW(strlen(out));
  SHOW((unsigned char)out[3]);
  YES(iconv_open("NO-SUCH", "UTF-8") == (iconv_t)-1);
}

CASE(locales) {
  TEXT(setlocale(LC_ALL, "C.UTF-8"));
  TEXT(nl_langinfo(CODESET));
  TEXT(setlocale(LC_ALL, "xx_XX"));
  TEXT(nl_langinfo(DAY_1));
}

CASE(wide_characters) {
  setlocale(LC_ALL, "C.UTF-8");
  wchar_t w[16];
  SHOW(mbstowcs(w, "a\u00e9\u20ac", 16));
  say("%x %x %x", w[0], w[1], w[2]);
  char b[16];
  SHOW(wcstombs(b, w, 16));
  SHOW(wcslen(w));
  SHOW(mbstowcs(w, "\xff", 16));
}
