"""The commands, one package a capability. Packages here never import each other."""
