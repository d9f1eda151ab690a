// Device credentials as a program of a few lines makes them: Go's standard library, as many goroutines as wanted.
//
//	mint <count> <goroutines> <folder>
//
// For each device a P-256 key, an X.509 v3 certificate with the same fields and extensions as ours, and four files in a folder of its own.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func number(text string) int { return must(strconv.Atoi(text)) }

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func keyID(key *ecdsa.PrivateKey) []byte {
	id := sha1.Sum(elliptic.Marshal(elliptic.P256(), key.X, key.Y))
	return id[:]
}

func write(folder, name, label string, der []byte, mode os.FileMode) {
	must(0, os.WriteFile(filepath.Join(folder, name+".der"), der, mode))
	text := pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
	must(0, os.WriteFile(filepath.Join(folder, name+".pem"), text, mode))
}

func main() {
	count, threads, root := number(os.Args[1]), number(os.Args[2]), os.Args[3]
	begin := time.Now().Add(-time.Hour)
	caKey := newKey()
	ca := &x509.Certificate{Subject: pkix.Name{CommonName: "Factory CA"}, SubjectKeyId: keyID(caKey)}
	make := func(i int) {
		name := "device-" + strconv.Itoa(i)
		key := newKey()
		template := &x509.Certificate{
			SerialNumber: must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))), Subject: pkix.Name{CommonName: name},
			NotBefore: begin, NotAfter: begin.AddDate(20, 0, 0), BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, SubjectKeyId: keyID(key),
		}
		der := must(x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, caKey))
		folder := filepath.Join(root, name)
		must(0, os.Mkdir(folder, 0o700))
		write(folder, "BootstrapDevicePrivateKey", "EC PRIVATE KEY", must(x509.MarshalECPrivateKey(key)), 0o600)
		write(folder, "BootstrapDeviceCert", "CERTIFICATE", der, 0o666)
	}
	var group sync.WaitGroup
	for t := 0; t < threads; t++ {
		group.Add(1)
		go func(first int) {
			defer group.Done()
			for i := first; i < count; i += threads {
				make(i)
			}
		}(t)
	}
	group.Wait()
	syscall.Sync()
}
