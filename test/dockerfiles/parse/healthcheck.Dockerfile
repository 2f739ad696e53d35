FROM scratch
HEALTHCHECK --interval=5m --timeout=3s --start-period=1m30s --retries=2 CMD curl -f http://localhost/ || exit 1
HEALTHCHECK CMD ["/check", "me"]
HEALTHCHECK NONE
