// A chaincode server on Fabric's own Go shim: the yardstick for the Python runtime. Its functions do exactly what
// those of the Python twin in tests/bench/twin do.
package main

import (
	"fmt"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

type bench struct{}

func (bench) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

func (bench) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	function, args := stub.GetFunctionAndParameters()
	var err error
	switch {
	case function == "noop" && len(args) == 0:
	case function == "put" && len(args) == 2:
		err = stub.PutState(args[0], []byte(args[1]))
	case function == "get2put2event" && len(args) == 3:
		err = get2put2event(stub, args[0], args[1], []byte(args[2]))
	default:
		err = fmt.Errorf("no such function")
	}
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(nil)
}

func get2put2event(stub shim.ChaincodeStubInterface, first, second string, value []byte) error {
	for _, key := range []string{first, second} {
		if _, err := stub.GetState(key); err != nil {
			return err
		}
	}
	for _, key := range []string{first, second} {
		if err := stub.PutState(key, value); err != nil {
			return err
		}
	}
	return stub.SetEvent("done", value)
}

func main() {
	properties, err := tlsProperties()
	if err == nil {
		server := &shim.ChaincodeServer{
			CCID:     os.Getenv("CHAINCODE_ID"),
			Address:  os.Getenv("CHAINCODE_SERVER_ADDRESS"),
			CC:       bench{},
			TLSProps: properties,
		}
		err = server.Start()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func tlsProperties() (shim.TLSProperties, error) {
	if os.Getenv("CHAINCODE_TLS_DISABLED") == "true" {
		return shim.TLSProperties{Disabled: true}, nil
	}
	var properties shim.TLSProperties
	for name, target := range map[string]*[]byte{
		"CHAINCODE_TLS_KEY":        &properties.Key,
		"CHAINCODE_TLS_CERT":       &properties.Cert,
		"CHAINCODE_CLIENT_CA_CERT": &properties.ClientCACerts,
	} {
		content, err := os.ReadFile(os.Getenv(name))
		if err != nil {
			return properties, err
		}
		*target = content
	}
	return properties, nil
}
