/*
 * The limit: device credentials made by hand on libcrypto, with nothing between the arithmetic and the files. For each
 * device a P-256 key, an X.509 v3 certificate with the same fields and extensions as ours, both in PEM and DER, and four
 * files in a folder. It checks nothing, records nothing and cannot be stopped: it says how fast one can be at most.
 *
 *   limit arithmetic|mint|files|durable <count> <threads> [folder]
 *
 * arithmetic: key and signature alone; mint: with all encodings, in memory; files: written to the folder;
 * durable: and flushed to the disk at the end. Prints the wall and CPU time in microseconds a device.
 */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ARITHMETIC, MINT, FILES, DURABLE };

static int mode, count, threads;
static const char *folder;
static EC_KEY *ca;
static unsigned char ca_id[20];

static void die(const char *what) { perror(what); exit(1); }

/* DER is written backwards into a buffer, so that every length is known when its turn comes. */
typedef struct { unsigned char bytes[1024]; int at; } der;

static void put(der *d, const void *bytes, int length) { d->at -= length; memcpy(d->bytes + d->at, bytes, length); }

static void wrap(der *d, unsigned char tag, int end)
{
    int length = end - d->at;
    unsigned char head[4] = { tag };
    if (length < 0x80) { head[1] = length; put(d, head, 2); }
    else if (length < 0x100) { head[1] = 0x81; head[2] = length; put(d, head, 3); }
    else { head[1] = 0x82; head[2] = length >> 8; head[3] = length; put(d, head, 4); }
}

static const unsigned char algorithm[] = { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
static const unsigned char spki[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };
static const unsigned char fixed[] = { /* basicConstraints, keyUsage (critical), extendedKeyUsage */
    0x30, 0x0C, 0x06, 0x03, 0x55, 0x1D, 0x13, 0x01, 0x01, 0xFF, 0x04, 0x02, 0x30, 0x00,
    0x30, 0x0E, 0x06, 0x03, 0x55, 0x1D, 0x0F, 0x01, 0x01, 0xFF, 0x04, 0x04, 0x03, 0x02, 0x07, 0x80,
    0x30, 0x13, 0x06, 0x03, 0x55, 0x1D, 0x25, 0x04, 0x0C, 0x30, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 };
static const unsigned char ski[] = { 0x30, 0x1D, 0x06, 0x03, 0x55, 0x1D, 0x0E, 0x04, 0x16, 0x04, 0x14 };
static const unsigned char aki[] = { 0x30, 0x1F, 0x06, 0x03, 0x55, 0x1D, 0x23, 0x04, 0x18, 0x30, 0x16, 0x80, 0x14 };
static const unsigned char version[] = { 0xA0, 0x03, 0x02, 0x01, 0x02 };
static const unsigned char common_name[] = { 0x06, 0x03, 0x55, 0x04, 0x03 };
static const unsigned char key_head[] = { 0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20 };
static const unsigned char key_middle[] = { 0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0xA1, 0x44, 0x03, 0x42, 0x00 };

static void put_name(der *d, const char *name)
{
    int end = d->at;
    put(d, name, strlen(name));
    wrap(d, 0x13, end);
    put(d, common_name, sizeof common_name);
    wrap(d, 0x30, end);
    wrap(d, 0x31, end);
    wrap(d, 0x30, end);
}

static void certificate(der *d, const char *name, const unsigned char *point)
{
    unsigned char id[20], serial[16], signature[80], hash[32], unused = 0;
    unsigned int length = sizeof signature;
    der tbs;
    int end = tbs.at = sizeof tbs.bytes;
    SHA1(point, 65, id);
    put(&tbs, ca_id, 20); put(&tbs, aki, sizeof aki);
    put(&tbs, id, 20); put(&tbs, ski, sizeof ski);
    put(&tbs, fixed, sizeof fixed);
    wrap(&tbs, 0x30, end); wrap(&tbs, 0xA3, end);
    put(&tbs, point, 65); put(&tbs, spki, sizeof spki);
    put_name(&tbs, name);
    int validity = tbs.at;
    put(&tbs, "461231235959Z", 13); wrap(&tbs, 0x17, validity);
    int before = tbs.at;
    put(&tbs, "260101000000Z", 13); wrap(&tbs, 0x17, before);
    wrap(&tbs, 0x30, validity);
    put_name(&tbs, "Limit CA");
    put(&tbs, algorithm, sizeof algorithm);
    RAND_bytes(serial, sizeof serial);
    serial[0] = (serial[0] & 0x3F) | 0x40;
    int number = tbs.at;
    put(&tbs, serial, sizeof serial); wrap(&tbs, 0x02, number);
    put(&tbs, version, sizeof version);
    wrap(&tbs, 0x30, end);

    SHA256(tbs.bytes + tbs.at, end - tbs.at, hash);
    if (!ECDSA_sign(0, hash, 32, signature, &length, ca)) die("sign");
    end = d->at = sizeof d->bytes;
    put(d, signature, length); put(d, &unused, 1); wrap(d, 0x03, end);
    put(d, algorithm, sizeof algorithm);
    put(d, tbs.bytes + tbs.at, (int)sizeof tbs.bytes - tbs.at);
    wrap(d, 0x30, end);
}

static int pem(char *text, const char *label, const unsigned char *bytes, int length)
{
    int at = sprintf(text, "-----BEGIN %s-----\n", label);
    for (int i = 0; i < length; i += 48) {
        at += EVP_EncodeBlock((unsigned char *)text + at, bytes + i, length - i < 48 ? length - i : 48);
        text[at++] = '\n';
    }
    return at + sprintf(text + at, "-----END %s-----\n", label);
}

static void write_file(const char *path, const char *name, int mode, const void *bytes, int length)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", path, name);
    int file = open(whole, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0 || write(file, bytes, length) != length || close(file)) die(whole);
}

static void *work(void *argument)
{
    long first = (long)argument;
    EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    for (long i = first; i < count; i += threads) {
        unsigned char scalar[32], point[65], key_der[121];
        char name[64], path[400], key_pem[400], cert_pem[1600];
        der cert;
        if (!EC_KEY_generate_key(key)) die("key");
        BN_bn2binpad(EC_KEY_get0_private_key(key), scalar, 32);
        EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL);
        if (mode == ARITHMETIC) {
            unsigned char signature[80];
            unsigned int length = sizeof signature;
            if (!ECDSA_sign(0, scalar, 32, signature, &length, ca)) die("sign");
            continue;
        }

        sprintf(name, "device-%ld", i);
        certificate(&cert, name, point);
        memcpy(key_der, key_head, 7); memcpy(key_der + 7, scalar, 32); memcpy(key_der + 39, key_middle, 17); memcpy(key_der + 56, point, 65);
        const unsigned char *bytes = cert.bytes + cert.at;
        int length = (int)sizeof cert.bytes - cert.at;
        int key_length = pem(key_pem, "EC PRIVATE KEY", key_der, sizeof key_der);
        int cert_length = pem(cert_pem, "CERTIFICATE", bytes, length);
        if (mode == MINT) continue;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (mkdir(path, 0700)) die(path);
        write_file(path, "BootstrapDevicePrivateKey.pem", 0600, key_pem, key_length);
        write_file(path, "BootstrapDevicePrivateKey.der", 0600, key_der, sizeof key_der);
        write_file(path, "BootstrapDeviceCert.pem", 0666, cert_pem, cert_length);
        write_file(path, "BootstrapDeviceCert.der", 0666, bytes, length);
    }
    EC_KEY_free(key);
    return NULL;
}

int main(int argc, char **argv)
{
    static const char *modes[] = { "arithmetic", "mint", "files", "durable" };
    mode = -1;
    for (int i = 0; argc > 3 && i < 4; i++) if (!strcmp(argv[1], modes[i])) mode = i;
    if (mode < 0 || (mode >= FILES && argc < 5)) {
        fprintf(stderr, "limit arithmetic|mint|files|durable <count> <threads> [folder]\n");
        return 2;
    }
    count = atoi(argv[2]);
    threads = atoi(argv[3]);
    folder = argc > 4 ? argv[4] : NULL;

    unsigned char point[65];
    ca = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    if (!ca || !EC_KEY_generate_key(ca)) die("CA key");
    EC_POINT_point2oct(EC_KEY_get0_group(ca), EC_KEY_get0_public_key(ca), POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL);
    SHA1(point, 65, ca_id);
    if (folder && getenv("LIMIT_CA")) { /* for a check with openssl verify: the CA's public key */
        der d; int end = d.at = sizeof d.bytes;
        put(&d, point, 65); put(&d, spki, sizeof spki);
        write_file(folder, "ca.der", 0666, d.bytes + d.at, end - d.at);
    }

    struct timespec t0, t1;
    struct rusage u;
    pthread_t pool[1024];
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (long i = 0; i < threads; i++) pthread_create(&pool[i], NULL, work, (void *)i);
    for (int i = 0; i < threads; i++) pthread_join(pool[i], NULL);
    if (mode == DURABLE) {
        int handle = open(folder, O_RDONLY);
        if (handle < 0 || syncfs(handle)) die(folder);
    }
    clock_gettime(CLOCK_MONOTONIC, &t1);
    getrusage(RUSAGE_SELF, &u);
    double wall = (t1.tv_sec - t0.tv_sec) * 1e6 + (t1.tv_nsec - t0.tv_nsec) / 1e3;
    double cpu = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
    printf("%.3f %.3f\n", wall / count, cpu / count);
    return 0;
}
