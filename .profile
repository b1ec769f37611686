# Heroku reads this before each process. The certificate of its Redis is signed by nobody, and REDIS_URL is Heroku's own
# to set: it asks clients to encrypt without looking at the certificate.
case "${DYNO:+heroku} ${REDIS_URL:-}" in
  "heroku rediss://"*) export REDIS_URL="${REDIS_URL}?ssl_cert_reqs=none" ;;
esac
