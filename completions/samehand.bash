# bash completion for samehand
_samehand() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in compare | functions | diff | read) command=$word; break ;; esac
  done
  local input='--raw --base --arch --no-symbols --no-unwind-tables --jobs --format --help' words=''
  case $previous in
    --format) words='text json'; [[ $command == functions ]] && words+=' tsv' ;;
    --arch) words='x86 x64 arm64' ;;
    --base | --jobs | --ranks | -j) return ;;
    *)
      case $command in
        '') words='compare functions diff read --help --version' ;;
        compare) [[ $current == -* ]] && words="--matches --html --all --exit-code --no-align --ranks $input" ;;
        read) [[ $current == -* ]] && words='--text --raw-text --html --names --benign --all --jobs --format --help' ;;
        *) [[ $current == -* ]] && words=$input ;;
      esac
      ;;
  esac
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _samehand samehand ./samehand
