# ssh-keygen: keys, signatures, certificates, the agent. gpg: keys, encryption, signatures, its agent.
for t in ed25519 'ecdsa -b 384' 'rsa -b 2048'; do ssh-keygen -q -t $t -N '' -C test -f k-${t%% *}
ssh-keygen -lf k-${t%% *}.pub | awk '{print $1, $3, $4}'; done
ssh-keygen -y -f k-ed25519 | diff - k-ed25519.pub && echo same key
echo data > d; ssh-keygen -q -Y sign -f k-ed25519 -n file d; echo "test $(cat k-ed25519.pub)" > allowed
ssh-keygen -Y verify -f allowed -I test -n file -s d.sig < d | cut -d' ' -f1-5
echo other | ssh-keygen -Y verify -f allowed -I test -n file -s d.sig; echo $?
ssh-keygen -q -s k-rsa -I id -n user -V 20240101:20340101 k-ed25519.pub
ssh-keygen -Lf k-ed25519-cert.pub | grep -E 'Type|Valid|Key ID'; ssh-keygen -q -p -P '' -N secret -f k-rsa
ssh-keygen -y -P wrong -f k-rsa 2>&1 | tail -1; ssh-keygen -H -F host -f /dev/null; echo $?
ssh-keygen -e -m PKCS8 -f k-ecdsa.pub | head -1; eval $(ssh-agent) > /dev/null; ssh-add -q k-ed25519
ssh-add -l | awk '{print $1, $3, $4}'; ssh-agent -k | cut -d' ' -f1-2
export GNUPGHOME=$PWD/gnupg; mkdir -m 700 gnupg; gpg --version | head -1
gpg -q --batch --passphrase '' --quick-generate-key 'Test <test@example.com>' ed25519 sign never 2>&1 | grep -v -e revoc -e marked
gpg -q --batch --passphrase '' --quick-generate-key 'Enc <enc@example.com>' future-default default never 2>&1 | grep -v -e revoc -e marked
gpg -q --list-keys --with-colons 2>/dev/null | grep -E '^(uid|pub)' | cut -d: -f1,3,4,10; echo message > m
gpg -q --batch --local-user test@example.com --detach-sign m
gpg --verify m.sig m 2>&1 | grep -oE '(Good|BAD) signature'; echo changed >> m
gpg --verify m.sig m 2>&1 | grep -oE '(Good|BAD) signature'
echo secret | gpg -q --batch --trust-model always -r enc@example.com -e > e; gpg -q --batch -d e 2>/dev/null
echo text | gpg -q --batch --passphrase p --pinentry-mode loopback -c > c
gpg -q --batch --passphrase p --pinentry-mode loopback -d c
gpg -q --batch --passphrase wrong --pinentry-mode loopback -d c 2>&1 | tail -1
gpg --print-md sha256 /etc/passwd | wc -l; gpg -q --armor --export test@example.com | head -1; gpgconf --kill gpg-agent
echo $?
