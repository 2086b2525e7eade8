# --- what a setup is known by ------------------------------------------------------------------------------------------

# Prints what the setup in folder $1 is known by: its text, and for each file of its key what that holds in the work tree.
setup_key() {
  cat "$1/setup"
  [ -s "$1/setup-key" ] || return 0
  while IFS= read -r key_file; do
    if [ -f "$W/$key_file" ]; then
      key_holds=$(g hash-object --no-filters -- "$key_file" </dev/null 2>/dev/null)
    else
      key_holds=$(g rev-parse -q --verify "HEAD:$key_file" </dev/null 2>/dev/null)
    fi
    printf '\n%s %s' "${key_holds:--}" "$key_file"
  done <"$1/setup-key"
}

