FROM debian:bookworm
RUN <<EOF
set -e
echo "one \
two"
# not a comment
EOF
RUN cat <<A <<-'B' > /out
$HOME
A
	tabs go
		B2
	B
COPY <<"conf" <<plain /etc/
x=$x
conf
y=$y
plain
RUN echo "no << heredoc" && echo '<<EOF'
