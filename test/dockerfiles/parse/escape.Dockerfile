# escape=`
# syntax=docker/dockerfile:1
FROM scratch
COPY a.txt `
  c:\dir\
RUN echo `
 hello
# escape=\
