# A comment, then an empty line

FROM debian:bookworm
LABEL maintainer="The maintainers" version=1
RUN apt-get update && apt-get install -y curl
COPY . /app
WORKDIR /app
EXPOSE 80 443/tcp
USER www-data
CMD ["nginx", "-g", "daemon off;"]
