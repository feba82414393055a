# Shared by tests/run and tests/real/run. Sourced, not run.

# Where everything goes that is built or downloaded; git does not see it.
target_folder() { echo "${CARGO_TARGET_DIR:-$PWD/target}"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# step TITLE COMMAND...: says what begins, and how long it took; stops the run if it fails.
steps_passed=0
step() {
    local title=$1 begun=$SECONDS
    shift
    printf '\n== %s\n' "$title"
    if ! "$@"; then
        printf '== %s: FAILED after %d s\n' "$title" $((SECONDS - begun))
        printf '\n%d passed, 1 failed\n' "$steps_passed"
        exit 1
    fi
    steps_passed=$((steps_passed + 1))
    printf '== %s: ok, %d s\n' "$title" $((SECONDS - begun))
}

# need_packages PROGRAM=PACKAGE...: installs by name the Debian packages whose program or file is missing.
need_packages() {
    local missing=() pair
    for pair in "$@"; do
        if [[ ${pair%%=*} == /* ]]; then
            compgen -G "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
        else
            command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
        fi
    done
    [ ${#missing[@]} = 0 ] && return 0
    echo "installing: ${missing[*]}"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
}

# python_packages: a virtual environment with tests/requirements.txt; sets `python`.
python_packages() {
    local folder
    folder=$(target_folder)/venv
    python=$folder/bin/python
    if ! cmp -s tests/requirements.txt "$folder/installed.txt"; then
        # Debian's own interpreter: another one on the path may come without its packages.
        /usr/bin/python3 -m venv --clear "$folder" &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -r tests/requirements.txt &&
            cp tests/requirements.txt "$folder/installed.txt" || return 1
    fi
}
