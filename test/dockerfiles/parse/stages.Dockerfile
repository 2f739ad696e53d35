ARG VERSION=bookworm
FROM --platform=linux/amd64 debian:${VERSION} AS build
ARG VERSION
RUN make
FROM build as test
FROM scratch
COPY --from=build /a /b
COPY --from=0 /c /d
