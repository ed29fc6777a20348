"""Definitions out of what people have: CloudFormation, SAM and CDK templates, Terraform, the Serverless Framework.

Nothing is fetched and nothing is executed. An importer evaluates the deployment language as far as the files alone
allow, and every part of the result leads back to the line it was written on. It knows nothing of what a definition
means: that is the same for all, and said elsewhere.
"""

from asl_engine.imports.references import read_definition

__all__ = ["read_definition"]
