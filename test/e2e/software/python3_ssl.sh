# The self-tests of Python's ssl and mmap modules, test by test.
echo '127.0.0.1 localhost' > /etc/hosts
python3 -m test -v test_ssl test_mmap > log 2>&1; echo $?; grep -E '^(Ran|OK|FAILED)' log | sed 's/ in .*//'
grep -cE '(^| )ok$' log
