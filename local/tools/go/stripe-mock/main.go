// stripe-openapi writes the OpenAPI document of Stripe that stripe-mock carries.
package main

import (
	"log"
	"os"

	"github.com/stripe/stripe-mock/embedded"
)

func main() {
	if _, err := os.Stdout.Write(embedded.OpenAPISpec); err != nil {
		log.Fatal(err)
	}
}
