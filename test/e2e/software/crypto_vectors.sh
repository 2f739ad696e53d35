# Known answers and round trips of openssl: digests over every length around their blocks, ciphers in all modes, HMAC, KDFs, signatures.
seq 400 > in; python3 -c "
import hashlib; data = open('in', 'rb').read(); total = hashlib.sha256()
for name in sorted(hashlib.algorithms_guaranteed) + ['sm3', 'ripemd160', 'sha512_256']:
    for n in list(range(131)) + [255, 256, 1000]:
        try: new = hashlib.new(name, data[:n])
        except ValueError as error: print(name, error); break
        total.update(new.digest(20) if name.startswith('shake') else new.digest())
print(total.hexdigest())"
printf abc > abc; for d in md5 sha1 sha256 sha512 sha3-256; do openssl dgst -$d abc; done
key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f; iv=f0e1d2c3b4a5968778695a4b3c2d1e0f
for size in 128 192 256; do for mode in ecb cbc cfb cfb1 cfb8 ofb ctr; do head -c 1007 in > part
  openssl enc -aes-$size-$mode -K ${key:0:$((size / 4))} -iv $iv -in part -out sealed 2>/dev/null; openssl enc -d -aes-$size-$mode -K ${key:0:$((size / 4))} -iv $iv -in sealed 2>/dev/null | cmp - part; cat sealed; done; done | sha256sum
for c in chacha20 camellia-256-cbc aria-128-ctr sm4-cbc des-ede3-cbc; do openssl enc -$c -K $key -iv $iv -in in -out sealed 2> /dev/null; sha256sum < sealed; done
printf 00112233445566778899aabbccddeeff | perl -pe '$_ = pack "H*", $_' | openssl enc -aes-128-ecb -nopad -K ${key:0:32} | od -An -tx1
cat > aead.py <<'P'
import ctypes, ctypes.util, hashlib, hmac, zlib
lib = ctypes.CDLL('libcrypto.so.3')
for name in 'EVP_CIPHER_CTX_new', 'EVP_aes_128_gcm', 'EVP_aes_256_gcm', 'EVP_aes_128_ccm', 'EVP_chacha20_poly1305': getattr(lib, name).restype = ctypes.c_void_p
def seal(cipher, key, iv, text, aad):
    p, n, out, tag = ctypes.c_void_p, ctypes.c_int(), ctypes.create_string_buffer(len(text) + 32), ctypes.create_string_buffer(16)
    c = p(lib.EVP_CIPHER_CTX_new()); args = (p(getattr(lib, 'EVP_' + cipher)()), None)
    assert lib.EVP_EncryptInit_ex(c, *args, None, None) == 1 and lib.EVP_CIPHER_CTX_ctrl(c, 9, len(iv), None) == 1
    if cipher.endswith('ccm'): lib.EVP_CIPHER_CTX_ctrl(c, 17, 16, None)
    assert lib.EVP_EncryptInit_ex(c, None, None, key, iv) == 1
    if cipher.endswith('ccm'): lib.EVP_EncryptUpdate(c, None, ctypes.byref(n), None, len(text))
    if aad: assert lib.EVP_EncryptUpdate(c, None, ctypes.byref(n), aad, len(aad)) == 1
    assert lib.EVP_EncryptUpdate(c, out, ctypes.byref(n), text, len(text)) == 1
    size = n.value; lib.EVP_EncryptFinal_ex(c, ctypes.byref(out, size), ctypes.byref(n)); assert lib.EVP_CIPHER_CTX_ctrl(c, 16, 16, tag) == 1
    return out.raw[:size] + tag.raw
h = bytes.fromhex
# Case 4 of the GCM specification, then 2.8.2 of RFC 8439.
print(seal('aes_128_gcm', h('feffe9928665731c6d6a8f9467308308'), h('cafebabefacedbaddecaf888'), h('d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39'), h('feedfacedeadbeeffeedfacedeadbeefabaddad2')).hex()[-32:])
print(seal('chacha20_poly1305', bytes(range(0x80, 0xa0)), h('070000004041424344454647'), b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.", h('50515253c0c1c2c3c4c5c6c7')).hex()[-32:])
data = bytes(i * i % 251 for i in range(3000)); total = hashlib.sha256()
for cipher, size in ('aes_128_gcm', 16), ('aes_256_gcm', 32), ('chacha20_poly1305', 32):
    for n in 1, 15, 16, 17, 63, 64, 255, 256, 257, 1024, 3000:
        for aad in 0, 13, 100: total.update(seal(cipher, data[:size], data[40:52], data[:n], data[:aad]))
for n in 1, 16, 100: total.update(seal('aes_128_ccm', data[:16], data[:12], data[:n], data[:5]))
print(total.hexdigest(), zlib.crc32(data), zlib.adler32(data), hmac.new(b'key', data, 'sha512').hexdigest()[:16], hashlib.scrypt(b'p', salt=b's', n=64, r=8, p=1).hex()[:16], hashlib.pbkdf2_hmac('sha256', b'p', b's', 500).hex()[:16])
P
python3 aead.py
openssl genpkey -algorithm ed25519 -out k 2>&1; openssl pkeyutl -sign -inkey k -rawin -in in -out sig && openssl pkeyutl -verify -inkey k -rawin -in in -sigfile sig
for curve in prime256v1 secp384r1; do openssl ecparam -name $curve -genkey -noout -out k; openssl dgst -sha256 -sign k -out sig in && openssl dgst -sha256 -prverify k -signature sig in; done
openssl genrsa -out k 2048 2>/dev/null; openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sign k -out sig in; openssl dgst -sha256 -sigopt rsa_padding_mode:pss -prverify k -signature sig in; echo x | openssl dgst -sha256 -prverify k -signature sig 2>&1 | grep -c "rsa routines"
for a in md5 sha256 sha512 aes-128-cbc; do openssl speed -seconds 1 -bytes 1024 -evp $a > log 2>&1; echo $a $?; grep -ci error log; done; openssl speed -seconds 1 rsa1024 ecdsap256 > log 2>&1; echo $?; grep -c failure log
