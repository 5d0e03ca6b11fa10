# Types command lines into an interactive shell on a terminal of its own, a tab after each, and
# prints each as the shell then runs it. The shell's own gputrain writes its arguments to the file.
#
#   zsh -f Tests/Completions/type.zsh FILE SHELL [ARGUMENT…] <LINES
zmodload zsh/zpty
file=$1
shift
rm -f -- $file

# Waits for the file, and empties the terminal, which would stop a shell that writes on.
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
# A shell that is not ready yet does not know what a tab is.
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
# Its history is written by then.
zpty -w -n shell $'exit\r'
repeat 100; do
  zpty -t shell || break
  sleep 0.05
done
zpty -d shell
