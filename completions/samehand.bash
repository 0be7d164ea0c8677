# bash completion for samehand
_samehand() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in compare | functions | diff | read | exchange | case) command=$word; break ;; esac
  done
  local cases='new add import export hypothesis assess claims findings weigh report techniques log verify' job=''
  [[ $command == case ]] && for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    [[ " $cases " == *" $word "* ]] && { job=$word; break; }
  done
  local input='--raw --base --arch --no-symbols --no-unwind-tables --jobs --format --help' words=''
  case $previous in
    --format) words='text json'; [[ $command == functions || $job == techniques ]] && words+=' tsv' ;;
    --arch) words='x86 x64 arm64' ;;
    --base | --jobs | --ranks | -j | --title | --accused | --also | --source | --collected | --known-of | --by | --add | --set | \
      --remove | --prior | --reason | --statement | --points-at | --weight | --likelihood | --group | --from | --known | --as-of | \
      --technique | --software | --leave-out | --publisher | --year) return ;;
    --as) words='tool report trace loot' ;;
    --role) words='accused proxy unrelated insider false-flag none other' ;;
    --forgeability) words='trivial easy moderate hard' ;;
    --public-before) words='yes no' ;;
    --reliability) words="$(echo {A..F}{1..6})" ;;
    --kind) words='shared-code same-build private-key infrastructure address technique software build-time toolchain language
      build-path text writing-style similarity attribution denial no-comment boast threat motive access contradiction other' ;;
    *)
      case $command in
        '') words='compare functions diff read exchange case --help --version' ;;
        compare) [[ $current == -* ]] && words="--matches --html --all --exit-code --no-align --ranks $input" ;;
        read) [[ $current == -* ]] && words='--text --raw-text --html --names --benign --all --jobs --format --help' ;;
        exchange) if [[ $previous == exchange ]]; then words='import --help'; elif [[ $current == -* ]]; then words='--output --help'; fi ;;
        case)
          case $job in
            '') words=$cases ;;
            new) [[ $current == -* ]] && words='--title --accused --also --by --help' ;;
            add) [[ $current == -* ]] && words='--as --source --collected --known-of --by-reference --again --names --jobs --by --help' ;;
            import) [[ $current == -* ]] && words='--by --help' ;;
            export) [[ $current == -* ]] && words='--stix --misp --navigator --help' ;;
            hypothesis) [[ $current == -* ]] && words='--add --set --remove --prior --role --also --reason --by --format --help' ;;
            assess)
              [[ $current == -* ]] && words='--new --reason --statement --points-at --against --for --weight --likelihood --default-weights
                --kind --reliability --forgeability --public-before --group --from --known --exclude --include --by --help'
              ;;
            weigh) [[ $current == -* ]] && words='--as-of --all --format --help' ;;
            techniques)
              [[ $current == -* ]] && words='--attack --technique --software --publisher --leave-out --year --evaluate --all --format --help'
              ;;
            report) [[ $current == -* ]] && words='--html --md --json --as-of --all --jobs --help' ;;
            verify) [[ $current == -* ]] && words='--exhibits --all --jobs --format --help' ;;
            *) [[ $current == -* ]] && words='--all --format --help' ;;
          esac
          ;;
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
