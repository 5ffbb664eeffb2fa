"""HTTP without any noun: problems, forms, headers, assets, languages, components, the JSON API's frame."""
