# tmux: a server, sessions, windows and panes on pseudo-terminals, what they show.
export TERM=screen-256color TMUX_TMPDIR=$PWD
wait_for() { for i in $(seq 100); do "${@:2}" 2>/dev/null | grep -q -- "$1" && return; sleep 0.1; done; echo "not seen: $1"; }
tmux -f /dev/null new-session -d -s main -x 80 -y 24 'PS1="\$ " exec bash --norc --noprofile'
wait_for '^\$' tmux capture-pane -p -t main
tmux send-keys -t main 'echo columns $COLUMNS; stty size; tty | cut -c1-9; echo $((6*7))' Enter
wait_for '^42' tmux capture-pane -p -t main; tmux capture-pane -p -t main | grep -v '^$'
tmux split-window -h -t main 'PS1="% " exec bash --norc --noprofile'; wait_for '^%' tmux capture-pane -p -t main.1
tmux send-keys -t main.1 'stty size; printf "\033[31mred\033[0m\n"; seq 100 | tail -2' Enter
wait_for '^100' tmux capture-pane -p -t main.1; tmux capture-pane -pe -t main.1 | grep red | tail -1 | od -c | head -2
tmux list-panes -t main -F '#{pane_index} #{pane_width}x#{pane_height} #{pane_current_command}'
tmux send-keys -t main.1 'sleep 100' Enter; wait_for sleep tmux display-message -p -t main.1 '#{pane_current_command}'
tmux send-keys -t main.1 C-c; wait_for bash tmux display-message -p -t main.1 '#{pane_current_command}'
tmux resize-pane -t main.1 -x 20; tmux display-message -p -t main.1 '#{pane_width}'
tmux new-window -t main -n second 'cat; sleep 5'; tmux send-keys -t main:second 'line' Enter C-d
wait_for sleep tmux display-message -p -t main:second '#{pane_current_command}'
tmux capture-pane -p -t main:second | head -2
tmux list-windows -t main -F '#{window_index} #{window_panes}'; tmux set-buffer 'pasted text'
tmux show-buffer; echo; tmux kill-window -t main:second; tmux list-windows -t main | wc -l; tmux kill-pane -t main.1
tmux list-panes -t main | wc -l
# A client on a terminal of its own: attach, resize, detach.
cat > attach.exp <<'X'
log_user 0; set timeout 20; set stty_init "rows 30 columns 100"; spawn tmux attach -t main; expect -re {\[main\]};
send "echo attached-\$((1+1))\r"; expect attached-2; after 100; send "\002"; after 100; send "d"; expect detached;
puts detached; expect eof; lassign [wait] a b c status; puts "status $status"
X
expect attach.exp; tmux list-clients | wc -l; tmux kill-server; sleep 0.3; tmux ls 2>&1 | sed 's, /.*,,'; echo $?
