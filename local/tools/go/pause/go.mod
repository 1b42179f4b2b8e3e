module storefront.dev/local/tools/go/pause

go 1.24.0
