# Types command lines into an interactive shell on a pseudo-terminal, with a tab after each, and
# prints each as the shell then runs it. The shell's function gputrain writes its arguments to FILE.
#
#   zsh -f Tests/Completions/type.zsh FILE SHELL [ARGUMENT…] <LINES
zmodload zsh/zpty
file=$1
shift
rm -f -- $file

# Waits for the file. Reads the terminal meanwhile, because a full one would block the shell.
await() {
  local output
  repeat 200; do
    while zpty -rt shell output; do :; done
    [[ -f $file ]] && return
    sleep 0.05
  done
  print -u2 "$1: no answer: ${(V)output}"
  exit 1
}

zpty -b shell "${(q)@}"
# A shell that is still starting does not complete at a tab.
sleep 1
zpty -w -n shell $'gputrain ready\r'
await "$1"
while IFS= read -r line; do
  rm -f -- $file
  zpty -w -n shell "gputrain $line"$'\t'
  sleep 0.1
  zpty -w -n shell $'\r'
  await "$1: $line"
  print -r -- "$line -> ${(j: | :)${(f)"$(<$file)"}}"
done
# Wait for the shell to end: by then it has written its history.
zpty -w -n shell $'exit\r'
repeat 100; do
  zpty -t shell || break
  sleep 0.05
done
zpty -d shell
