FROM scratch
RUN one \
  two \
# a comment inside
    # an indented one

  three   
RUN a\
b
ENV A=1 \
    B="x \
y"
CMD echo a \\
LABEL end=yes
