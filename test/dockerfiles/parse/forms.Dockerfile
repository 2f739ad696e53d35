FROM scratch AS Base
RUN ["/bin/a", "b c"]
RUN ['not', 'json']
RUN [ -e /x ] && echo yes
ENTRYPOINT ["/e"]
ENTRYPOINT exec top -b
CMD []
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
VOLUME ["/a b", "/c"]
VOLUME /d /e
COPY ["a b", "c d/"]
STOPSIGNAL SIGKILL
ONBUILD RUN echo later
MAINTAINER maintainers@example.com
copy --from=Base --chown=1:2 --chmod=0755 --link a b
ADD --chown=root x /
