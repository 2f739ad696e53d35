FROM scratch
ENV one two three = four
ENV A=1 B="two words" C='sin gle' D=esc\ aped E= F="a\"b"
ENV G="${A:-x y}"
LABEL "com.example.key"="a b" multi="line \
two"
ARG X Y=1 Z="a b"
